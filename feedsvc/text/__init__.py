"""Read and clean text: encodings, scripts, HTML, excerpts, the words of searches."""
