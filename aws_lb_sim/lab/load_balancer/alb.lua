-- An Application Load Balancer. Sources: those of the rules in
-- aws_lb_sim/network/{alb_headers,alb_actions}.py.

local MOST_ADDRESSES = 30

local function redirect(handle, action)
  local headers = handle:headers()
  local path, query = headers:get(":path"):match("^([^?]*)%??(.*)$")
  local values = {
    protocol = settings.proto,
    host = split_host(headers:get(":authority")):lower(),
    port = settings.port,
    path = path:gsub("^/+", ""),
    query = query,
  }
  local function fill(text) return (text:gsub("#{(%a+)}", values)) end
  local location = fill(action.protocol):lower() .. "://" .. fill(action.host)
    .. ":" .. fill(action.port) .. fill(action.path)
  local filled = fill(action.query)
  if filled ~= "" then location = location .. "?" .. filled end
  answer(handle, action.status, { location = location })
end

-- Whether the target group's protocol version takes the request; else the answer is 464.
local function fits(handle, version)
  local headers = handle:headers()
  local grpc = (headers:get("content-type") or ""):sub(1, 16) == "application/grpc"
  local http2 = handle:streamInfo():protocol() == "HTTP/2"
  if version == "HTTP1" then return not grpc end
  if version == "HTTP2" then return http2 end
  return http2 and (grpc or headers:get(":method") == "POST")
end

local function forwarded_for(handle, headers)
  local before = headers:get("x-forwarded-for")
  if settings.mode == "remove" then headers:remove("x-forwarded-for") end
  if settings.mode ~= "append" then return end
  local address, port = client_of(handle)
  if settings.client_port then
    if address:find(":", 1, true) then address = "[" .. address .. "]" end
    address = address .. ":" .. port
  end
  headers:replace("x-forwarded-for", append(before, address))
end

local function trace(headers)
  local kept, has_root = { "Self=" .. settings.trace_id }, false
  for each in (headers:get("x-amzn-trace-id") or ""):gmatch("[^;]+") do
    local field = each:match("^%s*(.-)%s*$")
    has_root = has_root or field:sub(1, 5) == "Root="
    if field ~= "" and field:sub(1, 5) ~= "Self=" then kept[#kept + 1] = field end
  end
  local fresh = "Root=" .. settings.trace_id
  headers:replace("x-amzn-trace-id", has_root and table.concat(kept, ";") or fresh)
end

local function host(headers)
  if settings.preserve_host then return end
  local name, port = split_host(headers:get(":authority"))
  name = name:lower()
  if settings.port ~= "80" and settings.port ~= "443" then
    name = name .. ":" .. (port or settings.port)
  end
  headers:replace(":authority", name)
end

local function drop_invalid(headers)
  local invalid = {}
  for name in pairs(headers) do
    if name:sub(1, 1) ~= ":" and not name:match("^[-A-Za-z0-9]+$") then
      invalid[#invalid + 1] = name
    end
  end
  for _, name in ipairs(invalid) do headers:remove(name) end
end

function envoy_on_request(handle)
  local headers, route = handle:headers(), handle:metadata()
  local action = route:get("redirect")
  if action then return redirect(handle, action) end
  local version = route:get("protocol_version")
  if version == nil then return end -- a fixed response
  if not fits(handle, version) then return answer(handle, 464) end
  local _, commas = (headers:get("x-forwarded-for") or ""):gsub(",", "")
  if commas >= MOST_ADDRESSES then return answer(handle, 463) end
  forwarded_for(handle, headers)
  headers:replace("x-forwarded-proto", settings.proto)
  headers:replace("x-forwarded-port", settings.port)
  trace(headers)
  host(headers)
  local tls = handle:streamInfo():downstreamSslConnection()
  if settings.tls_headers and tls then
    headers:replace("x-amzn-tls-version", tls:tlsVersion())
    headers:replace("x-amzn-tls-cipher-suite", tls:ciphersuiteString())
  end
  if settings.drop_invalid then drop_invalid(headers) end
end
