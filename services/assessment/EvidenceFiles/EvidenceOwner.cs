using Wuwei.Assessment.Appeals;
using Wuwei.Assessment.Entries;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Tasks;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.EvidenceFiles;

/// <summary>A record that files are evidence of.</summary>
/// <param name="Record">Its address.</param>
/// <param name="Departments">Who sees its files beside the assessment office of its region.</param>
/// <param name="IsOpen">Nothing is decided of it yet: the caller may send files, or find them right or not.</param>
/// <param name="IsSender">Whether the caller may send one.</param>
internal sealed record EvidenceOwner(string Record, string Region, IReadOnlyList<string> Departments, bool IsOpen, bool IsSender)
{
    public static readonly Refusal Unknown = new(
        "evidence.unknown_record", "没有这条记录，或不能附佐证文件。", StatusCodes.Status404NotFound, "/record");

    /// <summary>Finds the record by its address and keeps it as it is until the end of the transaction; null: there is none for the caller.</summary>
    public static Task<EvidenceOwner?> LockAsync(UnitOfWork work, string record, Caller caller) => record.Split('/') switch
    {
        ["tasks", var code, "reports", var id] when Guid.TryParse(id, out var report) => OfReportAsync(work, code, report, caller),
        ["entries", var unit, var item, var period] => OfEntryAsync(work, unit, item, period, caller),
        ["evaluations", var id, "units", var unit, "items", var item] => OfItemAsync(work, id, unit, item, caller),
        ["evaluations", var id, "rectifications", var number] when Guid.TryParse(number, out var rectification) => OfRectificationAsync(work, id, rectification, caller),
        ["appeals", var id] when Guid.TryParse(id, out var appeal) => OfAppealAsync(work, appeal, caller),
        _ => Task.FromResult<EvidenceOwner?>(null),
    };

    private static async Task<EvidenceOwner?> OfReportAsync(UnitOfWork work, string code, Guid id, Caller caller)
    {
        if (await TaskStore.LockAsync(work, code) is not { } task || (await ProgressReport.ListAsync(work, code)).FirstOrDefault(one => one.Id == id) is not { } report)
        {
            return null;
        }

        return new(
            $"tasks/{task.Code}/reports/{id}", RegionCode.City, [task.Lead, .. task.Supporting], report.Accepted is null && task.State is not TaskState.Completed,
            caller.Covers(RegionCode.City) && caller.Department == report.Department);
    }

    // Never decided: another value may follow, and each snapshot names the files that there were.
    private static async Task<EvidenceOwner?> OfEntryAsync(UnitOfWork work, string unit, string item, string period, Caller caller)
    {
        if (PutEntry.MonthOf(unit, item, period) is not { } month)
        {
            return null;
        }

        await PutEntry.LockAsync(work, unit, item, month);
        return await ReadEntries.VersionsAsync(work, unit, item, month.ToString()) is [] ? null
            : OfUnit($"entries/{unit}/{item}/{month}", unit, isOpen: true, caller.IsOffice);
    }

    private static async Task<EvidenceOwner?> OfItemAsync(UnitOfWork work, string id, string unit, string item, Caller caller)
    {
        await EvaluationStore.LockAsync(work, id);
        return await EvaluationStore.FindAsync(work, id) is not { } evaluation || await SheetStore.FindAsync(work, id, unit) is not { } sheet
            || sheet.Lines.All(line => line.Item != item) ? null
            : OfUnit(
                $"evaluations/{id}/units/{unit}/items/{item}", unit,
                evaluation.Stage is EvaluationStage.HandedDown && (caller.IsOffice || sheet.DataChecked is null), caller.IsOffice || caller.SpeaksFor(unit));
    }

    private static async Task<EvidenceOwner?> OfRectificationAsync(UnitOfWork work, string id, Guid number, Caller caller) =>
        await RectificationStore.LockAsync(work, id, number) is not { } rectification ? null
            : OfUnit(
                $"evaluations/{id}/rectifications/{number}", rectification.Unit, rectification.State is not RectificationState.Accepted,
                caller.SpeaksFor(rectification.Unit));

    private static async Task<EvidenceOwner?> OfAppealAsync(UnitOfWork work, Guid id, Caller caller) =>
        await AppealStore.LockAsync(work, id) is not { } appeal ? null
            : OfUnit($"appeals/{id}", appeal.Unit, appeal.State is AppealState.Filed, caller.SpeaksFor(appeal.Unit));

    private static EvidenceOwner OfUnit(string record, string unit, bool isOpen, bool isSender) =>
        RegionCode.Wuwei.ContainsKey(unit) ? new(record, unit, [], isOpen, isSender) : new(record, RegionCode.City, [unit], isOpen, isSender);
}
