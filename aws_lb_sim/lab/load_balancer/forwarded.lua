-- What every HTTP proxy in front of Emissary does with forwarding headers.
-- `settings` is written in front of this script.

-- The client's address and port as this proxy sees them; IPv6 without brackets.
local function client_of(handle)
  local text = handle:streamInfo():downstreamRemoteAddress()
  return text:match("^%[?(.-)%]?:(%d+)$")
end

local function append(before, address)
  if before == nil or before == "" then return address end
  return before .. ", " .. address
end

-- "host:port"; the port is nil where there is none.
local function split_host(authority)
  local host, port = authority:match("^(.*):(%d+)$")
  if host and (not host:find(":", 1, true) or host:sub(-1) == "]") then return host, port end
  return authority, nil
end

-- To gRPC Envoy answers 200 with a grpc-status, AWS in plain HTTP: the status that is meant
-- goes along in a header, and is put in its place when the answer leaves.
local MEANT = "x-lab-status"

local function answer(handle, status, more)
  local headers = { [":status"] = tostring(status), [MEANT] = tostring(status) }
  for name, value in pairs(more or {}) do headers[name] = value end
  handle:respond(headers, "")
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local meant = headers:get(MEANT)
  if meant == nil then return end
  headers:replace(":status", meant)
  for _, name in ipairs({ MEANT, "grpc-status", "grpc-message" }) do headers:remove(name) end
end
