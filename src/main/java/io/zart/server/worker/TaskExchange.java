package io.zart.server.worker;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Mailbox;
import io.zart.server.engine.Timers;
import io.zart.server.execution.Dispatch;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.WaitingWorkers;
import io.zart.server.worker.WorkerStore.Due;
import io.zart.server.worker.WorkerStore.Handed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The parked claims of this instance. They cost no query of their own: a hint, a start or an event makes one claim for all that
 * wait for the same names, and what it brings is shared out in turn. A safety look, one statement a second for all of them,
 * covers lost hints and due times. All state is confined to the mailbox; the public methods may be called from any thread and
 * never block.
 */
final class TaskExchange implements WaitingWorkers {

    private final TaskSource source;
    private final Timers timers;
    private final Mailbox mailbox = new Mailbox();
    private final ClaimGroups groups = new ClaimGroups();
    private final DueTimes dueTimes;
    private boolean draining;

    /** What the claims are served from. */
    interface TaskSource {

        /** One claim: the n-th task is for the n-th request. */
        Uni<Batch> claim(List<ClaimRequest> slots);

        /** Whether the body of an execution of that name may begin now. */
        boolean mayBegin(String executionId, String taskName);

        /** Makes a new execution ready that was inserted for a worker; null when it must not begin after all. */
        Uni<Handed> started(Handed task);

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
        this.dueTimes = new DueTimes(source, timers, mailbox, groups, this::lookFor);
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

    /**
     * A place of a claim that waits for that name, for a new execution, which then needs no claim; null if there is none. A
     * claim takes as many as it wants until the first of them is there, and is answered with all of them.
     */
    @Override
    public Uni<Dispatch.Slot> reserve(String executionId, String taskName) {
        if (!groups.serves(taskName) || !source.mayBegin(executionId, taskName)) {
            return Uni.createFrom().nullItem();
        }
        return Uni.createFrom()
                .emitter(emitter -> mailbox.execute(() -> {
                    ClaimPlace place = draining ? null : groups.promise(taskName);
                    emitter.complete(
                            place == null ? null : new StartSlot(place.request(), source, task -> kept(place, task)));
                }));
    }

    private void kept(ClaimPlace place, Handed task) {
        mailbox.execute(() -> {
            List<Handed> all = place.bring(task);
            ClaimGroup group = place.group();
            if (group != null && task != null) {
                group.filled(place);
            }
            if (all == null) {
                return;
            }
            if (!all.isEmpty()) {
                answer(place, all);
            } else if (group != null) {
                waitAgain(place);
            }
        });
    }

    /** Nothing came of its promises, and meanwhile it has missed what others could have given it. */
    private void waitAgain(ClaimPlace place) {
        place.group().filled(place);
        if (draining) {
            refuse(place, shuttingDown());
        } else if (place.expired()) {
            answer(place, List.of());
        } else {
            // Its group may be gone, if all others have left meanwhile.
            look(wait(place));
        }
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
        if (millis < DueTimes.SAFETY_LOOK_MILLIS) {
            timers.after(Math.max(1, millis), () -> hinted(taskName));
        }
    }

    /** Answers every parked claim, and every later one. */
    void drain() {
        mailbox.execute(() -> {
            draining = true;
            dueTimes.stop();
            for (ClaimGroup group : groups.all()) {
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
        if (!request.patience().isZero()) {
            place.timer(timers.after(request.patience().toMillis(), () -> mailbox.execute(() -> expire(place))));
        }
        look(wait(place));
        dueTimes.watch();
    }

    private ClaimGroup wait(ClaimPlace place) {
        ClaimGroup group = groups.of(place.request());
        place.enter(group);
        group.add(place);
        return group;
    }

    /** What was promised to it comes in a moment, and is its answer. */
    private void expire(ClaimPlace place) {
        place.expire();
        if (!place.promised()) {
            answer(place, List.of());
        }
    }

    private void leave(ClaimPlace place) {
        ClaimGroup group = place.leave();
        if (group != null) {
            group.remove(place);
            groups.left(group);
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
        groups.of(taskName).forEach(this::look);
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

    private <T> void run(Supplier<Uni<T>> work, Consumer<T> then, Consumer<Throwable> otherwise) {
        Uni.createFrom()
                .deferred(work::get)
                .subscribe()
                .with(
                        item -> mailbox.execute(() -> then.accept(item)),
                        failure -> mailbox.execute(() -> otherwise.accept(failure)));
    }
}
