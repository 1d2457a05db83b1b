"""The sample's scenes: SVG that vl-convert renders, with reflections, grain and darker corners added to its pixels."""
