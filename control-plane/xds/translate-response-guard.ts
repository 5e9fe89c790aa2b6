/** What an upstream says cannot steer our clients: its challenges, redirects, cookies and origin-wide settings end here. */
import { codec } from '../../proto/codec.ts'
import type { google } from '../../proto/envoy.d.ts'
import type { EdgePlan } from './edge-plan.ts'
import {
  ANSWERS_AS_IS,
  ANSWERS_KEY,
  EXT_AUTHZ,
  REFUSAL_CHALLENGE_KEY,
  REFUSAL_STATUS_KEY,
  RPC_ID_KEY,
  UPSTREAM_REFUSAL,
  UPSTREAM_TOKEN_KEY,
} from './names.ts'

const Lua = codec('envoy.extensions.filters.http.lua.v3.Lua')

/** Host mode: each of these acts on more than the one answer that carries it. */
const REMOVED = [
  'accept-ch',
  'alt-svc',
  'clear-site-data',
  'nel',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'strict-transport-security',
  // Would send clients to sign in at an authorization server of the upstream's choice.
  'www-authenticate',
]

/**
 * Path mode: tunnels share an origin with sign-in, so nothing passes but what describes the answer itself. Headers that
 * begin with `mcp-` pass too.
 */
const ALLOWED = [
  'allow',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-length',
  // These two are the route's own by now: it has overwritten what the upstream sent.
  'content-security-policy',
  'x-content-type-options',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  // Of no effect without a redirect, and those do not pass.
  'location',
  'retry-after',
  'transfer-encoding',
  'vary',
  'x-accel-buffering',
]

/**
 * One Lua filter for headers and status: a second filter would cost every answer more than these lines do. An upstream's
 * own 401 would look like ours, and a redirect would carry the client's request elsewhere: both become 502; 304 passes.
 * In Lua, because Envoy's `custom_response` filter is work in progress and outside Envoy's threat model. A body over the
 * connection's buffer limit ends as Envoy's own 500.
 */
export function translateResponseGuard({ addressing }: EdgePlan): google.protobuf.Any {
  const isPathMode = addressing.mode === 'path'
  const set = (isPathMode ? ALLOWED : REMOVED).map((name) => `["${name}"] = true`).join(', ')
  const tables = `local ${isPathMode ? 'ALLOWED' : 'REMOVED'} = { ${set} }\n`
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

local function is_forbidden(name)
  if REMOVED ~= nil then return REMOVED[name] or name:sub(1, 8) == "x-envoy-" end
  return not ALLOWED[name] and name:sub(1, 1) ~= ":" and name:sub(1, 4) ~= "mcp-"
end

local function remove_forbidden(headers)
  -- Envoy forbids removing while iterating.
  local found = {}
  for name in pairs(headers) do
    if is_forbidden(name) then found[#found + 1] = name end
  end
  for _, name in ipairs(found) do headers:remove(name) end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local status = headers:get(":status")
  local challenge = headers:get("www-authenticate") or ""
  remove_forbidden(headers)
  if not REFUSED[status] and status ~= "403" then return end
  local metadata = handle:streamInfo():dynamicMetadata()
  local verdict = metadata:get("${EXT_AUTHZ}") or {}
  if verdict["${UPSTREAM_TOKEN_KEY}"] ~= nil and (status == "401" or status == "403") then
    metadata:set("${UPSTREAM_REFUSAL}", "${REFUSAL_STATUS_KEY}", status)
    metadata:set("${UPSTREAM_REFUSAL}", "${REFUSAL_CHALLENGE_KEY}", (challenge:sub(1, 2048):gsub("[^\32-\126]", "")))
  end
  if not REFUSED[status] then return end
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
