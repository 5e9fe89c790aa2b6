-- What wrk sends: an MCP tools/call of about 300 bytes with an argument that differs from call to call.
local count = 0
local headers = { ['Content-Type'] = 'application/json', ['Accept'] = 'application/json, text/event-stream' }
local token = os.getenv('BENCH_TOKEN')
if token ~= nil and token ~= '' then headers['Authorization'] = 'Bearer ' .. token end
local path = os.getenv('BENCH_PATH')
local padding = string.rep('x', 170)

request = function()
  count = count + 1
  local body = '{"jsonrpc":"2.0","id":' .. count .. ',"method":"tools/call","params":{"name":"echo","arguments":{"text":"' ..
    string.format('%09d', count) .. padding .. '"}}}'
  return wrk.format('POST', path, headers, body)
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"calls":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
