"""What `make samples` makes: packets of invented claimants, their pages, what verifying them says, and screens."""
