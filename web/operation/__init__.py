"""What runs the service: who may ask how often, whether it is ready, and how it fares."""
