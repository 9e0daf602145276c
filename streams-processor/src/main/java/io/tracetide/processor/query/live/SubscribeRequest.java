package io.tracetide.processor.query.live;

import io.tracetide.processor.query.live.view.LiveTopic;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of a client for updates.
 *
 * @param id name that the client gives the subscription
 * @param values parameters of the query by name
 * @param resume the last message that the client has received; empty for a snapshot
 */
public record SubscribeRequest(
    LiveTopic topic, String id, Map<String, List<String>> values, Optional<ResumePoint> resume) {}
