; Calls with a key as first argument, by the method's name; what they are called on is checked in the extractor and by the linker.
((call_expression function: [
    (member_expression property: (property_identifier) @method)
    (await_expression (member_expression property: (property_identifier) @method))]) @call
  (#match? @method "^(get|set|del|unlink|exists|expire|pexpire|expireAt|ttl|incr|decr|append|getset|getdel|getex|setex|psetex|setnx|setEx|setNX|mget|hget|hset|hdel|hmget|hmset|hincr|hgetall|hexists|hkeys|hGet|hSet|hDel|hIncr|hExists|lpush|rpush|lpop|rpop|llen|lrange|ltrim|lPush|rPush|lPop|rPop|lLen|lRange|sadd|srem|smembers|sismember|scard|sAdd|sRem|sMembers|sIsMember|sCard|zadd|zrem|zrange|zscore|zcard|zincrby|zAdd|zRem|zRange|zScore|zCard|zIncrBy|xadd|xlen|xrange|xAdd|xLen|xRange|publish|subscribe|pfadd|setbit|getbit|geoadd|json)"))
