"""Plans the sample's pictures: what each shows, and the labels that are right."""
