"""Reports and paper packs: what a run found, as a page, a Word document or a paper's numbers."""
