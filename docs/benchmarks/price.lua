-- SPDX-License-Identifier: Apache-2.0
-- A checkout's request for two prices. Shoppers differ, so both versions of the model answer.
local shoppers = { "17850", "13047", "12583", "14688", "15311", "16029", "12431", "17511" }
local requests = {}
local next_request = 0

init = function()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for index, shopper in ipairs(shoppers) do
    wrk.body = '{"shop":"demo.myshopify.com","currency":"GBP","customer_id":"' .. shopper
      .. '","lines":[{"id":"1","variant_id":"85123A","quantity":6},'
      .. '{"id":"2","variant_id":"22423","quantity":2}]}'
    requests[index] = wrk.format(nil, "/v1/prices")
  end
end

request = function()
  next_request = next_request % #requests + 1
  return requests[next_request]
end
