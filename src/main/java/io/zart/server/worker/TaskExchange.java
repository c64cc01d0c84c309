package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Mailbox;
import io.zart.server.engine.Timers;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.worker.WorkerStore.Due;
import io.zart.server.worker.WorkerStore.Handed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The parked claims of this instance. They cost no query of their own: a hint, a start or an event makes one claim for all that
 * wait for the same names, and what it brings is shared out in turn. A safety look, one statement a second for all of them,
 * covers lost hints and due times. All state is confined to the mailbox; the public methods may be called from any thread and
 * never block.
 */
final class TaskExchange {

    private static final long SAFETY_LOOK_MILLIS = 1_000;
    /** Due times that lie closer together than this are served by one claim. */
    private static final long GRAIN_MILLIS = 5;

    private final TaskSource source;
    private final Timers timers;
    private final Mailbox mailbox = new Mailbox();
    private final Map<Object, ClaimGroup> groups = new HashMap<>();
    private final Map<String, Set<ClaimGroup>> byName = new HashMap<>();
    private final Set<String> timed = new HashSet<>();
    private boolean safetyLooks;
    private boolean draining;

    /** What the claims are served from. */
    interface TaskSource {

        /** One claim: the n-th task is for the n-th request. */
        Uni<Batch> claim(List<ClaimRequest> slots);

        /** Due times within a second. */
        Uni<List<Due>> due(Collection<String> taskNames);

        /** Nobody is there any more to take these. */
        void giveBack(List<Handed> tasks);
    }

    /**
     * What a claim brought.
     *
     * @param claimed tasks claimed in the store
     * @param tasks those that are to be handed out
     */
    record Batch(int claimed, List<Handed> tasks) {}

    TaskExchange(TaskSource source, Timers timers) {
        this.source = source;
        this.timers = timers;
    }

    /**
     * Tasks for a worker, at least one unless the time is over. Fails with {@link ErrorCode#SHUTTING_DOWN} at a drain. A
     * cancelled subscription frees the place; what was claimed for it goes back.
     */
    Uni<List<Handed>> claim(ClaimRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            ClaimPlace place = new ClaimPlace(request, emitter);
            emitter.onTermination(() -> {
                if (place.close()) {
                    mailbox.execute(() -> leave(place));
                }
            });
            mailbox.execute(() -> enter(place));
        });
    }

    /** Nobody is there any more to take these. */
    void giveBack(List<Handed> tasks) {
        source.giveBack(tasks);
    }

    /** Work of that name may be due. */
    void hinted(String taskName) {
        mailbox.execute(() -> lookFor(taskName));
    }

    /** Work of that name will be due in so many milliseconds. */
    void dueIn(String taskName, long millis) {
        if (millis < SAFETY_LOOK_MILLIS) {
            timers.after(Math.max(1, millis), () -> hinted(taskName));
        }
    }

    /** Answers every parked claim, and every later one. */
    void drain() {
        mailbox.execute(() -> {
            draining = true;
            for (ClaimGroup group : List.copyOf(groups.values())) {
                group.waiting().forEach(place -> refuse(place, shuttingDown()));
            }
        });
    }

    private static DomainException shuttingDown() {
        return new DomainException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
    }

    private void enter(ClaimPlace place) {
        if (draining) {
            refuse(place, shuttingDown());
            return;
        }
        if (place.closed()) {
            return;
        }
        ClaimRequest request = place.request();
        Object key = List.of(request.taskNames(), request.lease());
        ClaimGroup group = groups.computeIfAbsent(key, absent -> newGroup(key, request));
        place.enter(group);
        group.add(place);
        if (!request.patience().isZero()) {
            place.timer(timers.after(
                    request.patience().toMillis(), () -> mailbox.execute(() -> answer(place, List.of()))));
        }
        look(group);
        if (!safetyLooks) {
            safetyLooks = true;
            timers.after(SAFETY_LOOK_MILLIS, () -> mailbox.execute(this::safetyLook));
        }
    }

    private ClaimGroup newGroup(Object key, ClaimRequest request) {
        ClaimGroup group = new ClaimGroup(key, request.taskNames());
        request.taskNames()
                .forEach(name -> byName.computeIfAbsent(name, absent -> new LinkedHashSet<>())
                        .add(group));
        return group;
    }

    private void leave(ClaimPlace place) {
        ClaimGroup group = place.leave();
        if (group != null && group.remove(place) && group.empty()) {
            groups.remove(group.key());
            for (String name : group.taskNames()) {
                byName.computeIfPresent(name, (same, set) -> {
                    set.remove(group);
                    return set.isEmpty() ? null : set;
                });
            }
        }
    }

    private void answer(ClaimPlace place, List<Handed> tasks) {
        leave(place);
        if (!place.answer(tasks) && !tasks.isEmpty()) {
            source.giveBack(tasks);
        }
    }

    private void refuse(ClaimPlace place, Throwable failure) {
        leave(place);
        place.refuse(failure);
    }

    private void lookFor(String taskName) {
        List.copyOf(byName.getOrDefault(taskName, Set.of())).forEach(this::look);
    }

    private void look(ClaimGroup group) {
        List<ClaimPlace> slots = group.begin();
        if (slots.isEmpty()) {
            return;
        }
        List<ClaimPlace> asked = group.waiting();
        run(
                () -> source.claim(slots.stream().map(ClaimPlace::request).toList()),
                batch -> claimed(group, slots, asked, batch),
                failure -> {
                    boolean again = group.end();
                    new LinkedHashSet<>(slots).forEach(place -> refuse(place, failure));
                    if (again) {
                        look(group);
                    }
                });
    }

    private void claimed(ClaimGroup group, List<ClaimPlace> slots, List<ClaimPlace> asked, Batch batch) {
        boolean again = group.end();
        Map<ClaimPlace, List<Handed>> shares = new LinkedHashMap<>();
        batch.tasks()
                .forEach(task -> shares.computeIfAbsent(slots.get(task.slot()), place -> new ArrayList<>())
                        .add(task));
        shares.forEach(this::answer);
        boolean more = batch.claimed() == slots.size();
        if (!more) {
            asked.stream().filter(ClaimPlace::onlyLooks).forEach(place -> answer(place, List.of()));
        }
        if (more || again) {
            look(group);
        }
    }

    private void safetyLook() {
        if (byName.isEmpty() || draining) {
            safetyLooks = false;
            return;
        }
        timers.after(SAFETY_LOOK_MILLIS, () -> mailbox.execute(this::safetyLook));
        askWhatIsDue(byName.keySet());
    }

    private void askWhatIsDue(Collection<String> names) {
        run(() -> source.due(new TreeSet<>(names)), due -> due.forEach(this::due), failure -> {});
    }

    private void due(Due due) {
        String name = due.taskName();
        if (due.millis() <= 0) {
            lookFor(name);
        } else if (timed.add(name)) {
            timers.after(
                    Math.max(GRAIN_MILLIS, due.millis()),
                    () -> mailbox.execute(() -> {
                        timed.remove(name);
                        if (byName.containsKey(name)) {
                            lookFor(name);
                            askWhatIsDue(Set.of(name));
                        }
                    }));
        }
    }

    private <T> void run(Supplier<Uni<T>> work, Consumer<T> then, Consumer<Throwable> otherwise) {
        Uni.createFrom()
                .deferred(work::get)
                .subscribe()
                .with(
                        item -> mailbox.execute(() -> then.accept(item)),
                        failure -> mailbox.execute(() -> otherwise.accept(failure)));
    }
}
