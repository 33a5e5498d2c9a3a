"""How the phones are: who has not been heard of, what is not sent, and the chase of attachments that do not come."""
