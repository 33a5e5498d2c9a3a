"""A made-up centre to try the product with: the seeds' articles, the test person 191212121212, all else invented."""
