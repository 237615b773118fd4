# Everything a person needs to run, test and build the kiosk. Each target sets up what it needs by itself.
