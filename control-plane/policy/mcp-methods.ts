/** What clients may ask of servers, in all revisions up to 2026-07-28 and the tasks extension (SEP-2663). */
const KNOWN = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/update',
  'tasks/cancel',
])

/** Whether it is known what the method acts on. Notifications act on nothing: nobody answers them. */
export const isKnownMethod = (method: string): boolean => KNOWN.has(method) || method.startsWith('notifications/')
