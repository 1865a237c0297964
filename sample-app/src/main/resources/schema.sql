create table if not exists flight (
  id          bigint primary key,
  code        varchar(8) not null unique,
  origin      char(3) not null,
  destination char(3) not null,
  departure   timestamp with time zone not null,
  seats       integer not null check (seats between 1 and 300)
);

-- The primary key is the last line of defence: with it, a seat sold twice is an error and not a loss.
create table if not exists booking (
  flight_id bigint not null references flight (id),
  seat      integer not null check (seat >= 1),
  passenger varchar(100) not null,
  booked_at timestamp with time zone not null default current_timestamp,
  primary key (flight_id, seat)
);
