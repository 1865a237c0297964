package dev.greenlet.sample.flights;

import java.time.Instant;

/**
 * A flight of the timetable.
 *
 * @param id its number in the database
 * @param code its number on the ticket
 * @param origin where it starts, as an IATA code
 * @param destination where it lands, as an IATA code
 * @param departure when it starts
 * @param seats how many seats it has
 * @param free how many of them nobody has booked yet
 */
public record Flight(
    long id,
    String code,
    String origin,
    String destination,
    Instant departure,
    int seats,
    int free) {}
