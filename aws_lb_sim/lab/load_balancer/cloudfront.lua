-- A CloudFront distribution. Sources: those of the rules in
-- aws_lb_sim/network/cloudfront.py.

function envoy_on_request(handle)
  local headers = handle:headers()
  local address = client_of(handle)
  headers:replace("x-forwarded-for", append(headers:get("x-forwarded-for"), address))
  headers:replace("via", append(headers:get("via"), settings.via))
  headers:replace("x-amz-cf-id", settings.id)
  local removed = {}
  for name in pairs(headers) do
    if name:sub(1, 7) == "x-edge-" then removed[#removed + 1] = name end
  end
  for name in settings.removed:gmatch("%S+") do removed[#removed + 1] = name end
  for _, name in ipairs(removed) do headers:remove(name) end
end
