def area_of_circle(radius: float) -> float:
    """Return the area of a circle."""
    return █


print(area_of_circle(2.0))
