"""From evidence to the next best step; knows findings' ids and nothing of how they were found."""
