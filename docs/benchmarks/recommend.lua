-- SPDX-License-Identifier: Apache-2.0
-- A widget's request for ten products. Sessions differ, so both versions of the model answer.
local products = { "22423", "85123A", "84879", "47566" }
local requests = {}
local next_request = 0

init = function()
  for session = 1, 8 do
    requests[session] = wrk.format("GET", "/v1/recommendations?shop=demo.myshopify.com&product_id="
      .. products[session % #products + 1] .. "&session_id=c-" .. session .. "&limit=10")
  end
end

request = function()
  next_request = next_request % #requests + 1
  return requests[next_request]
end
