"""Compare arrangements for commissioning primary care by discrete-event simulation."""
