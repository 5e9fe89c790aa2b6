/** What an upstream says cannot steer our clients: its challenges, redirects, cookies and origin-wide settings end here. */
import { codec } from '../../proto/codec.ts'
import type { google } from '../../proto/envoy.d.ts'
import type { EdgePlan } from './edge-plan.ts'
import { ANSWERS_AS_IS, ANSWERS_KEY, EXT_AUTHZ, RPC_ID_KEY } from './names.ts'

const Lua = codec('envoy.extensions.filters.http.lua.v3.Lua')

/** Each of these acts on more than the one answer that carries it, or on the origin that tunnels share. */
const REMOVED = [
  'set-cookie',
  'clear-site-data',
  'nel',
  'report-to',
  'reporting-endpoints',
  'strict-transport-security',
  'alt-svc',
  'service-worker-allowed',
  // Would send clients to sign in at an authorization server of the upstream's choice.
  'www-authenticate',
]

/**
 * One Lua filter for headers and status: a second filter would cost every answer more than these lines do. An upstream's
 * own 401 would look like ours, and a redirect would carry the client's request elsewhere: both become 502; 304 passes.
 * In Lua, because Envoy's `custom_response` filter is work in progress and outside Envoy's threat model. A body over the
 * connection's buffer limit ends as Envoy's own 500.
 */
export function translateResponseGuard({ addressing }: EdgePlan): google.protobuf.Any {
  // In path mode tunnels share an origin with sign-in, so an upstream must not open it to other origins.
  const prefixes = addressing.mode === 'path' ? ['x-envoy-', 'access-control-'] : ['x-envoy-']
  const list = (names: readonly string[]): string => `{ ${names.map((name) => `"${name}"`).join(', ')} }`
  const tables = `local REMOVED = ${list(REMOVED)}\nlocal PREFIXES = ${list(prefixes)}\n`
  return Lua.any({ default_source_code: { inline_string: tables + GUARD } })
}

const GUARD = String.raw`
local REFUSED = { ["401"] = true, ["301"] = true, ["302"] = true, ["303"] = true, ["307"] = true, ["308"] = true }

local function json(value)
  if type(value) == "number" then
    return string.format(value == math.floor(value) and "%.0f" or "%.17g", value)
  end
  if type(value) ~= "string" then return "null" end
  local function escape(byte) return string.format("\\u%04x", byte:byte()) end
  return '"' .. value:gsub('[%c"\\]', escape) .. '"'
end

local function has_prefix(name)
  for _, prefix in ipairs(PREFIXES) do
    if name:sub(1, #prefix) == prefix then return true end
  end
  return false
end

local function remove_forbidden(headers)
  local found = {}
  for name in pairs(headers) do
    if has_prefix(name) then found[#found + 1] = name end
  end
  for _, name in ipairs(found) do headers:remove(name) end
  for _, name in ipairs(REMOVED) do headers:remove(name) end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  remove_forbidden(headers)
  if not REFUSED[headers:get(":status")] then return end
  local verdict = handle:streamInfo():dynamicMetadata():get("${EXT_AUTHZ}") or {}
  if verdict["${ANSWERS_KEY}"] == "${ANSWERS_AS_IS}" then return end
  headers:replace(":status", "502")
  headers:remove("location")
  headers:remove("content-encoding")
  headers:remove("content-length")
  local body = handle:body()
  -- No body: an answer to HEAD must not get one, and for others the status says enough.
  if body == nil then return end
  local message = "The server behind this tunnel asked for a sign-in of its own or redirected, which is not passed on"
  local size = body:setBytes('{"jsonrpc":"2.0","id":' .. json(verdict["${RPC_ID_KEY}"])
    .. ',"error":{"code":-32603,"message":' .. json(message)
    .. ',"data":{"code":"upstream_answer_refused","requestId":' .. json(verdict["request_id"]) .. '}}}')
  -- Waiting for the body has ended the life of the earlier object.
  handle:headers():replace("content-type", "application/json")
  handle:headers():replace("content-length", size)
end
`
