"""`portal staff`: accounts from the command line."""

import secrets

import click

from portal.audit import SYSTEM
from portal.runtime import Runtime
from portal.staff import invitations, service


@click.group("staff")
def group() -> None:
    """Staff accounts and their rights."""


@group.command()
@click.argument("email")
@click.option("--name", prompt=True, help="as colleagues know them")
@click.option(
    "--role", "roles", multiple=True, required=True, help="kr, us, admin, or one right such as reviewer:kr"
)
@click.option("--language", type=click.Choice(("ko", "en")), default="ko", show_default=True)
@click.option(
    "--password", envvar="PORTAL_STAFF_PASSWORD", help="asked for when not given; best left to the prompt"
)
@click.pass_obj
def add(
    runtime: Runtime, email: str, name: str, roles: tuple[str, ...], language: str, password: str | None
) -> None:
    """Add an account; the person sets up their second factor at the first sign-in."""
    chosen = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    person = service.Person(name=name, email=email.strip())
    with runtime.database.transaction() as session:
        service.add(
            session,
            runtime.vault,
            person,
            roles=roles,
            language=language,
            password=chosen,
            now=runtime.clock(),
        )
    click.echo(f"added with roles {', '.join(roles)}")


@group.command()
@click.argument("email")
@click.option("--name", prompt=True, help="as colleagues know them")
@click.option(
    "--role", "roles", multiple=True, required=True, help="kr, us, admin, or one right such as reviewer:kr"
)
@click.option("--language", type=click.Choice(("ko", "en")), default="ko", show_default=True)
@click.pass_obj
def invite(runtime: Runtime, email: str, name: str, roles: tuple[str, ...], language: str) -> None:
    """Invite somebody by e-mail; they choose their own password and second factor within 72 hours."""
    person = service.Person(name=name, email=email.strip())
    with runtime.database.transaction() as session:
        member = invitations.invite(session, runtime, person, roles=roles, language=language)
        given = list(member.roles)
    click.echo(f"invited with rights {', '.join(given)}")


@group.command()
@click.argument("email")
@click.option(
    "--role", "roles", multiple=True, required=True, help="kr, us, admin, or one right such as reviewer:kr"
)
@click.pass_obj
def grant(runtime: Runtime, email: str, roles: tuple[str, ...]) -> None:
    """Replace an account's roles; in force at its next request."""
    with runtime.database.transaction() as session:
        member = service.find(session, runtime.vault, email)
        service.grant(session, member, roles, now=runtime.clock())
    click.echo(f"roles are now {', '.join(sorted(set(roles)))}")


@group.command()
@click.argument("email")
@click.option(
    "--forget-factor", is_flag=True, help="also set up a new second factor; only once identity was proved"
)
@click.pass_obj
def reset(runtime: Runtime, email: str, forget_factor: bool) -> None:
    """Give an account a new random password and end its sessions."""
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    with runtime.database.transaction() as session:
        member = service.find(session, runtime.vault, email)
        service.reset(session, member, password, forget_factor=forget_factor, by=SYSTEM, now=runtime.clock())
    click.echo(f"new password: {password}")


@group.command()
@click.argument("email")
@click.pass_obj
def disable(runtime: Runtime, email: str) -> None:
    """Close an account and throw out its sessions."""
    with runtime.database.transaction() as session:
        service.disable(session, service.find(session, runtime.vault, email), now=runtime.clock())
    click.echo("account closed")


@group.command()
@click.argument("email")
@click.pass_obj
def enable(runtime: Runtime, email: str) -> None:
    """Open a closed account again, with the rights it had."""
    with runtime.database.transaction() as session:
        service.enable(session, service.find(session, runtime.vault, email), now=runtime.clock())
    click.echo("account open")
