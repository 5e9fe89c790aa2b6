import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** In order of their names. A migration that has landed is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': {
    // Untyped on purpose: a migration speaks of the schema of its own day.
    async up(db: Kysely<unknown>): Promise<void> {
      const create = (name: string, columns: string): Promise<unknown> =>
        sql.raw(`create table ${name} (${columns})`).execute(db)
      await create(
        'users',
        `id text primary key, email text not null unique, tunnel_name text not null unique, password_hash text,
         disabled integer not null default 0, claims text not null default '{}', created_at bigint not null`,
      )
      await create(
        'web_sessions',
        `id_hash text primary key, user_id text not null references users (id), created_at bigint not null,
         expires_at bigint not null`,
      )
      await create(
        'ssh_keys',
        `fingerprint text primary key, user_id text not null references users (id), algorithm text not null,
         blob text not null, bound_at bigint not null`,
      )
      await create(
        'signing_keys',
        'kid text primary key, sealed_jwk text not null, created_at bigint not null, retired_at bigint',
      )
      await create(
        'oauth_payloads',
        `model text not null, id text not null, payload text not null, grant_id text, uid text,
         expires_at bigint, consumed_at bigint, primary key (model, id)`,
      )
      await create(
        'grants',
        `id text primary key, user_id text not null references users (id), client_id text not null,
         client_name text not null, resource text not null, created_at bigint not null, revoked_at bigint`,
      )
      await create(
        'tunnels',
        `route text primary key, user_id text not null references users (id), first_up_at bigint not null,
         last_up_at bigint not null, last_down_at bigint`,
      )
      for (const column of ['grant_id', 'uid', 'expires_at']) {
        await sql.raw(`create index oauth_payloads_${column} on oauth_payloads (${column})`).execute(db)
      }
    },
  },
  '0002-people': {
    async up(db: Kysely<unknown>): Promise<void> {
      const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(db)
      await run('alter table users add column email_verified integer not null default 0')
      await run('alter table users add column second_factor integer not null default 0')
      await run('alter table ssh_keys add column last_seen_at bigint')
      await run('alter table ssh_keys add column last_seen_from text')
      await run('alter table grants add column scope text')
      await run('alter table grants add column redirect_host text')
      await run('alter table grants add column last_used_at bigint')
      // The cookies of before hold no session's id: everybody signs in once more.
      await run('drop table web_sessions')
      await run(
        `create table web_sessions (id text primary key, user_id text not null references users (id),
         secret_hash text not null, generation integer not null, rotated_at bigint not null, created_at bigint not null,
         last_seen_at bigint not null, expires_at bigint not null, browser text not null, network text not null)`,
      )
      await run(
        `create table mail_links (token_hash text primary key, id text not null unique, kind text not null,
         email text not null, user_id text references users (id), password_hash text, next text not null,
         expires_at bigint not null)`,
      )
      await run(
        `create table passkeys (id text primary key, user_id text not null references users (id), public_key text not null,
         counter bigint not null, transports text not null, name text not null, created_at bigint not null,
         last_used_at bigint)`,
      )
      await run(
        `create table recovery_codes (user_id text not null references users (id), code_hash text not null,
         primary key (user_id, code_hash))`,
      )
      await run('create index web_sessions_user_id on web_sessions (user_id)')
      await run('create index passkeys_user_id on passkeys (user_id)')
    },
  },
  '0003-identities': {
    async up(db: Kysely<unknown>): Promise<void> {
      const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(db)
      await run(
        `create table identities (provider_id text not null, issuer text not null, subject text not null,
         user_id text not null references users (id), claims text not null, made_account integer not null,
         given_email text, refreshed_at bigint not null, sealed_refresh_token text, created_at bigint not null,
         stale_since bigint, primary key (issuer, subject))`,
      )
      await run('create index identities_user_id on identities (user_id)')
      await run('alter table users add column suspended_at bigint')
    },
  },
  '0004-expiring-grants': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql.raw('alter table grants add column expires_at bigint').execute(db)
    },
  },
  '0005-upstream-tokens': {
    async up(db: Kysely<unknown>): Promise<void> {
      const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(db)
      await run("alter table signing_keys add column purpose text not null default 'access_token'")
      await run(
        `create table upstream_connections (user_id text not null references users (id), route text not null,
         resource text not null, issuer text not null, generation text not null, sealed_tokens text, scope text,
         asked_scope text, expires_at bigint, connected_at bigint not null, renewed_at bigint not null,
         primary key (user_id, route))`,
      )
      await run(
        `create table upstream_clients (issuer text not null, route text not null, sealed_client text not null,
         created_at bigint not null, primary key (issuer, route))`,
      )
    },
  },
  '0006-audit': {
    async up(db: Kysely<unknown>): Promise<void> {
      const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(db)
      await run(
        `create table calls (request_id text primary key, at bigint not null, route text not null, user_id text, email text,
         client_id text, tool text, verdict text not null, facts text not null, status integer, duration_ms bigint,
         bytes_in bigint, bytes_out bigint, flags text, is_error integer, approval text)`,
      )
      await run('create index calls_at on calls (at)')
    },
  },
  '0007-tools': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql
        .raw(
          `create table tools (route text not null, name text not null, seen_hash text not null, seen_text text not null,
         approved_hash text, approved_text text, approved_by text, approved_at bigint, first_seen_at bigint not null,
         changed_at bigint not null, primary key (route, name))`,
        )
        .execute(db)
    },
  },
  '0008-tasks': {
    async up(db: Kysely<unknown>): Promise<void> {
      const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(db)
      await run(
        `create table tasks (route text not null, id_hash text not null, user_id text not null, client_id text not null,
         expires_at bigint not null, primary key (route, id_hash))`,
      )
      await run('create index tasks_expires_at on tasks (expires_at)')
    },
  },
  '0009-shares': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql
        .raw(
          `create table shares (id text primary key, route text not null, shared_by text not null references users (id),
         email text not null, tools text, created_at bigint not null, expires_at bigint not null)`,
        )
        .execute(db)
    },
  },
}
