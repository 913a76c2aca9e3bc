"""Floor 2: what is recorded. Django apps, lowest first: audit, accounts, programme, clients, supplies,
engagement, referral, workforce, study, inquiry. Foreign keys point down that list only."""
