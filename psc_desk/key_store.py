"""The operating system's key store (DPAPI, Keychain, Secret Service), which may be absent."""

from __future__ import annotations

from typing import Protocol

_SERVICE = "PSC Desk"


class KeyStore(Protocol):
    """Keeps one secret per data folder for the signed-in user of the computer."""

    def get(self, ident: str) -> bytes | None:
        """Return the secret, or None when there is none or the store does not answer."""
        ...

    def put(self, ident: str, secret: bytes) -> bool:
        """Keep the secret; say whether the store took it."""
        ...


def has_key_store() -> bool:
    """Say whether this computer has a key store that answers."""
    import keyring
    import keyring.backends.fail

    return not isinstance(keyring.get_keyring(), keyring.backends.fail.Keyring)


class SystemKeyStore:
    """The key store of the computer, through keyring."""

    def get(self, ident: str) -> bytes | None:
        """Return the secret, or None when there is none or the store does not answer."""
        import keyring
        import keyring.errors

        try:
            return bytes.fromhex(keyring.get_password(_SERVICE, ident) or "") or None
        except (keyring.errors.KeyringError, ValueError):
            return None

    def put(self, ident: str, secret: bytes) -> bool:
        """Keep the secret; say whether the store took it (no store: `NoKeyringError`)."""
        import keyring
        import keyring.errors

        try:
            keyring.set_password(_SERVICE, ident, secret.hex())
        except keyring.errors.KeyringError:
            return False
        return self.get(ident) == secret


class NoKeyStore:
    """A computer without a key store."""

    def get(self, ident: str) -> bytes | None:
        """Return None."""
        return None

    def put(self, ident: str, secret: bytes) -> bool:
        """Take nothing."""
        return False


class MemoryKeyStore:
    """A key store that forgets when the program ends."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def get(self, ident: str) -> bytes | None:
        """Return the secret, or None."""
        return self._secrets.get(ident)

    def put(self, ident: str, secret: bytes) -> bool:
        """Keep the secret."""
        self._secrets[ident] = secret
        return True
