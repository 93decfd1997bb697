"""The station on one screen: inspect, shoot, measure, compare, publish."""
