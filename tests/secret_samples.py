"""One secret of each kind that the rules know: by its shape, and by the name that it stands under."""

from __future__ import annotations

LETTERS = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\nMIIE{LETTERS}\n{LETTERS}==\n-----END RSA PRIVATE KEY-----"

SHAPED = {
    "sk": f"sk-{LETTERS}",
    "sk-proj": f"sk-proj-{LETTERS}_{LETTERS}",
    "sk-ant": f"sk-ant-api03-{LETTERS}",
    "stripe": f"sk_live_{LETTERS}",
    "ghp": f"ghp_{LETTERS}abcdefghi",
    "github_pat": f"github_pat_{LETTERS}",
    "glpat": f"glpat-{LETTERS}",
    "hf": f"hf_{LETTERS}",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "slack": f"xoxb-123456789012-{LETTERS}",
    "google": f"AIza{LETTERS}abcdefgh",
    "groq": f"gsk_{LETTERS}abcdefgh",
    "langsmith": f"lsv2_pt_{LETTERS}",
    "npm": f"npm_{LETTERS}abcdefgh",
    "pypi": f"pypi-{LETTERS}{LETTERS}",
    "jwt": f"eyJhbGciOiJIUzI1NiJ9.eyJ{LETTERS}.{LETTERS}",
    "bearer": f"{LETTERS}.{LETTERS}",
    "pem": PEM,
    "url": "hunter2-and-more",
}
AROUND = {"bearer": "Authorization: Bearer {}, that", "url": "at postgres://me:{}@db:5432/x it"}


def said(kind: str) -> str:
    """A sentence that tells it."""
    return AROUND.get(kind, "it is {}, that").format(SHAPED[kind])


TOKENS = {kind: (said(kind), SHAPED[kind]) for kind in SHAPED}
"""By kind, what is said and the secret in it."""

NAMES = (
    "openai_api_key",
    "password",
    "dbPassword",
    "Authorization",
    "client_secret",
    "access_token",
    "private_key",
)
