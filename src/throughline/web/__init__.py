"""The pages: one folder per journey, server-rendered; they call actions and queries and decide nothing."""
