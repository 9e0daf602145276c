package io.tracetide.alert.store;

import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertGroup.History;
import io.tracetide.alert.decision.AlertGroup.Schedule;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.schemas.serde.SingleObjectAvro;
import io.tracetide.schemas.state.AlertGroupRecord;
import io.tracetide.schemas.state.GroupMemberRecord;
import io.tracetide.schemas.state.MatcherRecord;
import io.tracetide.schemas.state.SilenceRecord;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Bytes of groups, of memberships and of silences in their stores. */
final class GroupFormat {
  private static final SingleObjectAvro<AlertGroupRecord> GROUPS =
      new SingleObjectAvro<>(AlertGroupRecord.class);
  private static final SingleObjectAvro<GroupMemberRecord> MEMBERS =
      new SingleObjectAvro<>(GroupMemberRecord.class);
  private static final SingleObjectAvro<SilenceRecord> SILENCES =
      new SingleObjectAvro<>(SilenceRecord.class);

  static byte[] write(AlertGroup group) {
    return GROUPS.encode(
        AlertGroupRecord.newBuilder()
            .setKey(group.key())
            .setRouteKey(group.routeKey())
            .setLabels(group.labels())
            .setFlushedAt(group.schedule().flushedAt())
            .setNextFlush(group.schedule().nextFlush())
            .setNextEscalation(group.schedule().nextEscalation())
            .setSequence(group.history().sequence())
            .setFirstAt(group.history().firstAt())
            .setLatestAt(group.history().latestAt())
            .setRepetitions(group.history().repetitions())
            .setLevel(group.history().level())
            .setRecipients(group.history().recipients())
            .build());
  }

  static AlertGroup readGroup(byte[] bytes) {
    AlertGroupRecord record = GROUPS.decode(bytes);
    return new AlertGroup(
        record.getKey(),
        record.getRouteKey(),
        new TreeMap<>(record.getLabels()),
        new Schedule(record.getFlushedAt(), record.getNextFlush(), record.getNextEscalation()),
        new History(
            record.getSequence(),
            record.getFirstAt(),
            record.getLatestAt(),
            record.getRepetitions(),
            record.getLevel(),
            record.getRecipients()));
  }

  static byte[] write(Member member) {
    Member.@Nullable Notified notified = member.notified();
    return MEMBERS.encode(
        notified == null
            ? new GroupMemberRecord(null, "")
            : new GroupMemberRecord(notified.severity().name(), notified.anomalyId()));
  }

  static Member readMember(String fingerprint, byte[] bytes) {
    GroupMemberRecord record = MEMBERS.decode(bytes);
    return new Member(
        fingerprint,
        record.getSeverity() == null
            ? null
            : new Member.Notified(Severity.valueOf(record.getSeverity()), record.getAnomalyId()));
  }

  static byte[] write(AlertSilence silence) {
    return SILENCES.encode(
        SilenceRecord.newBuilder()
            .setId(silence.id())
            .setMatchers(silence.matchers().stream().map(GroupFormat::record).toList())
            .setStartsAt(silence.startsAt())
            .setEndsAt(silence.endsAt())
            .setUpdatedAt(silence.updatedAt())
            .setCreatedBy(silence.createdBy())
            .setComment(silence.comment())
            .setAnnotations(silence.annotations())
            .build());
  }

  static AlertSilence readSilence(byte[] bytes) {
    SilenceRecord record = SILENCES.decode(bytes);
    return new AlertSilence(
        record.getId(),
        record.getMatchers().stream()
            .map(
                matcher ->
                    LabelMatcher.of(
                        matcher.getLabel(),
                        matcher.getValue(),
                        matcher.getIsRegex(),
                        matcher.getIsEqual()))
            .toList(),
        record.getStartsAt(),
        record.getEndsAt(),
        record.getUpdatedAt(),
        record.getCreatedBy(),
        record.getComment(),
        new TreeMap<>(record.getAnnotations()));
  }

  private static MatcherRecord record(LabelMatcher matcher) {
    return new MatcherRecord(
        matcher.label(), matcher.value(), matcher.isRegex(), matcher.isEqual());
  }

  private GroupFormat() {}
}
