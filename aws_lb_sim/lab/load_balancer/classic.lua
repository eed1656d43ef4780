-- An HTTP or HTTPS listener of a Classic Load Balancer. Sources: those of the rules in
-- aws_lb_sim/network/classic_http.py.

function envoy_on_request(handle)
  local headers = handle:headers()
  local address = client_of(handle)
  headers:replace("x-forwarded-for", append(headers:get("x-forwarded-for"), address))
  headers:replace("x-forwarded-proto", settings.proto)
  headers:replace("x-forwarded-port", settings.port)
end
