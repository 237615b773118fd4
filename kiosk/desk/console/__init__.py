"""The experts' pages, drawn on the server; decides nothing about cases."""
