"""The parts that the readers of agencies' formats share: XML opened safely, bodies as paragraphs, a story's fields."""
