"""Endpoints for the data of the tracker."""
