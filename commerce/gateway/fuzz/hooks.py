"""Hooks of `make shop-fuzz`: a token for each call, and a new account for each call that ends its session or account."""

import itertools
import json
import os
import urllib.request

import schemathesis

BASE = os.environ["SHOP_URL"]
# Calls that end the session or the account that they use.
ENDING = {("DELETE", "/v1/sessions/current"), ("DELETE", "/v1/account"), ("PATCH", "/v1/account")}
NUMBERS = itertools.count(1)


def post(path, body):
    request = urllib.request.Request(
        BASE + path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def log_in(email, password):
    return post("/v1/sessions", {"email": email, "password": password})["access_token"]


def fresh_account():
    account = {"email": f"fuzz{os.getpid()}-{next(NUMBERS)}@example.com", "password": "live-pack-fuzz", "name": "Fuzz", "region": "US"}
    post("/v1/accounts", account)
    return log_in(account["email"], account["password"])


@schemathesis.auth(refresh_interval=None)
class Token:
    """The first demo buyer's token, or that of a new account."""

    buyer = None

    def get(self, case, context):
        if (case.method.upper(), case.operation.path) in ENDING:
            return fresh_account()
        if Token.buyer is None:
            Token.buyer = log_in("buyer1@example.com", "live-pack-demo")
        return Token.buyer

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"
