"""What a request asks for: parameters, their definitions, and the only readers of them."""
