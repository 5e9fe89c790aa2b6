import type { Kysely } from 'kysely'

import type { MailLink, MailLinkStore } from '../identity/verification.ts'
import type { Schema } from './schema.ts'

export function mailLinkStore(db: Kysely<Schema>): MailLinkStore {
  return {
    async put(tokenHash, link) {
      const row = {
        token_hash: tokenHash,
        id: link.id,
        kind: link.kind,
        email: link.email,
        user_id: link.userId ?? null,
        password_hash: link.passwordHash ?? null,
        next: link.next,
        expires_at: link.expiresAtMs,
      }
      await db.insertInto('mail_links').values(row).execute()
    },
    async find(tokenHash, nowMs) {
      const query = db.selectFrom('mail_links').selectAll().where('token_hash', '=', tokenHash)
      return linkOf(await query.where('expires_at', '>', nowMs).executeTakeFirst())
    },
    async findById(id, nowMs) {
      const query = db.selectFrom('mail_links').selectAll().where('id', '=', id)
      return linkOf(await query.where('expires_at', '>', nowMs).executeTakeFirst())
    },
    async take(tokenHash, nowMs) {
      const query = db.deleteFrom('mail_links').where('token_hash', '=', tokenHash)
      return linkOf(await query.where('expires_at', '>', nowMs).returningAll().executeTakeFirst())
    },
    async renew(id, tokenHash, nowMs) {
      const query = db.updateTable('mail_links').set({ token_hash: tokenHash }).where('id', '=', id)
      return linkOf(await query.where('expires_at', '>', nowMs).returningAll().executeTakeFirst())
    },
    async removeOfUser(kind, userId) {
      await db.deleteFrom('mail_links').where('kind', '=', kind).where('user_id', '=', userId).execute()
    },
    async removeExpired(nowMs) {
      await db.deleteFrom('mail_links').where('expires_at', '<=', nowMs).execute()
    },
  }
}

const linkOf = (row: Schema['mail_links'] | undefined): MailLink | undefined =>
  row && {
    id: row.id,
    kind: row.kind,
    email: row.email,
    userId: row.user_id ?? undefined,
    passwordHash: row.password_hash ?? undefined,
    next: row.next,
    expiresAtMs: row.expires_at,
  }
