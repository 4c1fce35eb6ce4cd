"""A client of the API for programs: the demonstration, tests, operators' scripts."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from gateway.authenticator import Authenticator

_PREFIX = "/api/v1"


class RefusedError(Exception):
    """The gateway said no; the members of the problem details are here."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.status: int = problem["status"]
        self.slug: str = problem["slug"]
        self.title: str = problem["title"]
        self.data: dict[str, Any] = dict(problem["data"])
        self.problem = problem
        super().__init__(f"{self.status} {self.slug}: {problem['detail']}")


class GatewayClient:
    """One account's way through the one door; waits with each read for its own last write."""

    def __init__(
        self, base_url: str, *, timeout_seconds: float = 40.0, http: httpx.Client | None = None
    ) -> None:
        self._http = http or httpx.Client(base_url=base_url, timeout=timeout_seconds)
        self._after: dict[str, int] = {}
        self._authenticator: Authenticator | None = None

    def __enter__(self) -> Self:
        """Use it as a context: connections are given back at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give back connections; the token stays good until ``logout``."""
        self.close()

    def close(self) -> None:
        """Give back connections."""
        self._http.close()

    def login(
        self,
        account: str,
        password: str,
        *,
        name: str = "gateway-client",
        authenticator: Authenticator | None = None,
    ) -> None:
        """Get a bearer token and use it from now on.

        Args:
            account: Its code.
            password: Its password.
            name: What this program is called.
            authenticator: Gives the codes of the second factor, now and whenever one is asked for.

        Raises:
            RefusedError: ``login-refused``, ``code-needed``, ``code-refused``, ``login-locked`` or
                ``login-busy``.
        """
        said = {"account": account, "password": password, "name": name}
        if authenticator is not None:
            said["code"] = authenticator.code()
        self._use(self._send("POST", "/tokens", json=said).json()["token"])
        self._authenticator = authenticator

    def prove(self, code: str) -> None:
        """Prove the second factor anew; the token is replaced.

        Raises:
            RefusedError: ``code-refused``, ``second-factor-needed`` or ``login-locked``.
        """
        renewed = self._send("POST", "/sessions/current/code", json={"code": code})
        self._use(renewed.json()["token"])

    def logout(self) -> None:
        """Make the token worthless."""
        self._send("DELETE", "/sessions/current")
        self._http.headers.pop("Authorization", None)

    def me(self) -> dict[str, Any]:
        """Who is logged in."""
        return self._read("/me")

    def wait_for(self, after: str) -> None:
        """Let every later read wait for a place (``service:position``), e.g. another's write."""
        source, _, position = after.partition(":")
        self._after[source] = max(int(position), self._after.get(source, 0))

    def queue(
        self,
        capability: str | None = None,
        *,
        limit: int = 50,
        cursor: str | None = None,
        **filters: str | int | bool,
    ) -> dict[str, Any]:
        """One page of open tasks; filters are ``step``, ``service_id``, ``mine`` and the like."""
        asked = {"capability": capability, "limit": limit, "cursor": cursor, **filters}
        return self._read("/queue", _given(asked))

    def cases(self, *, cursor: str | None = None, **filters: str | int) -> dict[str, Any]:
        """One page of all cases, the newest first; filters are ``status``, ``step`` and so on."""
        return self._read("/cases", _given({"cursor": cursor, **filters}))

    def search(self, text: str, *, cursor: str | None = None, **filters: str) -> dict[str, Any]:
        """Find cases by receipt code, case id or words of a service."""
        return self._read("/search", _given({"q": text, "cursor": cursor, **filters}))

    def search_number(self, **number: str | int) -> dict[str, Any]:
        """Find somebody's cases by ``phone`` or ``nik``; each that is found is a recorded read."""
        found: dict[str, Any] = self._send("POST", "/search", json=number).json()
        return found

    def counts(self) -> dict[str, Any]:
        """How much there is to do."""
        return self._read("/queue/counts")

    def case(self, case_id: UUID | str, *, personal_data: bool = True) -> dict[str, Any]:
        """One case; whoever only looks how it stands leaves the personal data closed."""
        asked = {} if personal_data else {"personal_data": "false"}
        return self._read(f"/cases/{case_id}", asked)

    def trail(self, case_id: UUID | str) -> dict[str, Any]:
        """What happened to it."""
        return self._read(f"/cases/{case_id}/trail")

    def sla(self, case_id: UUID | str) -> dict[str, Any]:
        """How long it took."""
        return self._read(f"/cases/{case_id}/sla")

    def figures(self, scope: str, **filters: str | int) -> list[dict[str, Any]]:
        """Figures of the SLA; filters are ``period``, ``from``, ``to``, ``key`` and ``step``."""
        found: list[dict[str, Any]] = self._read("/figures", {"scope": scope, **filters})["figures"]
        return found

    def outages(self, *, lasting: bool = False) -> list[dict[str, Any]]:
        """Outages of outside systems, the newest first."""
        asked = {"lasting": "true"} if lasting else {}
        found: list[dict[str, Any]] = self._read("/outages", asked)["outages"]
        return found

    def escalations(self) -> list[dict[str, Any]]:
        """What was escalated to my capabilities."""
        found: list[dict[str, Any]] = self._read("/escalations")["escalations"]
        return found

    def paper(self, case_id: UUID | str, sha256: str) -> bytes:
        """The bytes of a paper."""
        return self._send("GET", f"/cases/{case_id}/papers/{sha256}").content

    def document(self, case_id: UUID | str, sha256: str) -> bytes:
        """The bytes of a draft or signed document."""
        return self._send("GET", f"/cases/{case_id}/documents/{sha256}").content

    def add_paper(
        self,
        case_id: UUID | str,
        content: bytes,
        media_type: str,
        *,
        item_id: str | None = None,
        idempotency_key: UUID | None = None,
    ) -> dict[str, Any]:
        """Upload a paper for an application that staff write down.

        Raises:
            RefusedError: it cannot be used; ``data`` says why.
        """
        headers = {
            "Idempotency-Key": str(idempotency_key or uuid4()),
            "Content-Type": media_type,
        }
        params = _given({"item_id": item_id})
        path = f"/cases/{case_id}/papers"
        answer = self._send("POST", path, params=params, content=content, headers=headers)
        done: dict[str, Any] = answer.json()
        self.wait_for(done["after"])
        return done

    def help_requests(self) -> list[dict[str, Any]]:
        """Residents who wait for a person."""
        found: list[dict[str, Any]] = self._read("/help-requests")["requests"]
        return found

    def command(
        self,
        name: str,
        case_id: UUID | str,
        body: Mapping[str, Any] | None = None,
        *,
        idempotency_key: UUID | None = None,
        if_match: int | None = None,
    ) -> dict[str, Any]:
        """Ask a command, e.g. ``approve-draft``; later reads wait until they show it.

        Raises:
            RefusedError: the stage or the gateway refused; nothing was done.
            httpx.TransportError: nobody knows whether it was done; ask with the same key again.
        """
        headers = {"Idempotency-Key": str(idempotency_key or uuid4())}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        path = f"/cases/{case_id}/commands/{name}"
        answer = self._send("POST", path, json=dict(body or {}), headers=headers)
        done: dict[str, Any] = answer.json()
        self.wait_for(done["after"])
        return done

    def _read(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._send("GET", path, params=params).json()
        return answer

    def _send(self, method: str, path: str, **what: Any) -> httpx.Response:
        given = what.pop("headers", {})
        headers = dict(given)
        if method == "GET" and self._after:
            places = [f"{source}:{position}" for source, position in self._after.items()]
            headers["Jamila-After"] = ",".join(places)
        response = self._http.request(method, _PREFIX + path, headers=headers, **what)
        if not response.is_error:
            return response
        problem = _problem_of(response)
        if problem["slug"] == "second-factor-needed" and self._authenticator is not None:
            authenticator, self._authenticator = self._authenticator, None
            try:
                self.prove(authenticator.code())
                return self._send(method, path, headers=given, **what)
            finally:
                self._authenticator = authenticator
        raise RefusedError(problem)

    def _use(self, token: str) -> None:
        self._http.headers["Authorization"] = f"Bearer {token}"


def _given(asked: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in asked.items() if value is not None}


def _problem_of(response: httpx.Response) -> Mapping[str, Any]:
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        problem: dict[str, Any] = response.json()
        return problem
    # Whatever stands between us and the gateway answers in its own way.
    return {
        "status": response.status_code,
        "slug": "no-problem-details",
        "title": "Jawaban tidak dikenal.",
        "detail": response.reason_phrase,
        "data": {},
    }
