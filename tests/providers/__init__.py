"""Servers that speak the wire formats of providers of models, and what runs show of their answers.

``scenarios`` names what a provider may answer, ``wire`` is what a format owes, one module per format says
the answers as that provider sends them, ``server`` serves them on loopback, ``models`` are the real classes
of LangChain that ask them, ``matrix`` compares what a run shows of each with LangChain's own message.
"""
