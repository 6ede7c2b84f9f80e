"""The accounts service: who may call the Web API, and with which scopes.

A login begins at `authorize_page`, which gives out an authorization code; `token_endpoint` exchanges codes and refresh
tokens by the rules of its `Grants`; `access` authenticates Web API requests.
"""
