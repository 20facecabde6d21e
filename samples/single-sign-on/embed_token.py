# Signs whoever is signed in on your site in at its comments. Python 3.8 or later, nothing to install.
# The secret comes from /admin and belongs into the environment, never into a page or a repository.
import base64
import hashlib
import hmac
import json
import os
import time
import uuid

SITE = "my-blog"
ISSUER = "https://blog.example"
SERVER = "https://comments.example"
SECRET = os.environ.get("EMBED_SECRET")
if not SECRET:
    raise RuntimeError("EMBED_SECRET is not set.")


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def embed_token(user):
    """user: a dict with id, name and, if you like, picture and roles. id is lasting and never given to somebody else."""
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": SITE, "sub": str(user["id"]), "name": user["name"], "picture": user.get("picture"),
        "roles": user.get("roles", []), "iat": now, "exp": now + 300, "jti": str(uuid.uuid4()),
    }
    header = {"alg": "HS256", "typ": "JWT"}
    signed = _encode(json.dumps(header).encode()) + "." + _encode(json.dumps(claims).encode())
    return signed + "." + _encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest())


def embed_tag(user):
    """The script tag for a page; for people who are not signed in on your site pass None."""
    token = embed_token(user) if user else ""
    return f'<script async crossorigin src="{SERVER}/embed.js" data-site="{SITE}" data-sso="{token}"></script>'
