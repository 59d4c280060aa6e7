"""What neural models are made of. It loads torch, so it is imported only where a network is fitted or applied."""
