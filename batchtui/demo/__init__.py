"""A local Message Batches API with a clock of its own: the demo's stage, and the opposite of the client in tests.

Importing this package costs nothing; `batchtui.demo.simulator.Simulator` is what one starts.
"""
