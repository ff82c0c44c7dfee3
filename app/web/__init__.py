"""What every page, form and answer has in common. `site.compose` puts it together."""
