"""How well the assistant understands: blind sets, perturbations, figures. Never trained on."""
